"""What are metrics and batches called on every page?"""

from words import t


def metric_title(metric: str) -> str:
    """Return what a metric is called, or its own name where the pages have no other."""
    titles = {
        "log_loss": t("log loss"),
        "skill": t("skill over a constant"),
        "roc_auc": t("ROC AUC"),
        "brier": t("Brier score"),
        "f1": t("F1"),
        "make_rate": t("make rate"),
        "ece": t("expected calibration error"),
        "calibration_intercept": t("calibration intercept"),
        "calibration_slope": t("calibration slope"),
    }
    return titles.get(metric, metric)


def batch_title(batch: str) -> str:
    """Return what a batch that is watched is called, or its own name where the pages have no other."""
    titles = {
        "prod": t("production: the champion on three-point shots"),
        "prod_lr": t("production: the logistic regression on the same shots"),
        "prod_dt": t("production: the decision tree on the same shots"),
        "dev_test": t("control: test shots like those learned"),
        "dev_withheld": t("two-point shots without outcomes yet"),
    }
    return titles.get(batch, batch)
