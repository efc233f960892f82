"""In which words are the questions about operation answered? Expressions over plain Portuguese and English."""

POINTS = (
    r"\b(?:{digit} ?pts?|{digit}pt|{digit}[- ](?:pontos|point\w*)|{pt} pontos|{en}[- ]point\w*|"
    r"(?:arremess\w+|bolas?|cestas?|chutes?|lancamentos?) de (?:{digit}|{pt}))\b"
)
TWO = POINTS.format(digit="2", pt="dois", en="two")
THREE = POINTS.format(digit="3", pt="tres", en="three")
DEV = r"\b(?:dev|desenvolvimento|development|trein\w*|train\w*|learn\w*|aprend\w*)\b"
PROD = r"\b(?:prod|producao|production|oper\w+)\b"

OUTCOMES = (
    r"(?:variavel (?:resposta|alvo)|alvo|respostas?|rotulos?|labels?|outcomes?|target|response|ground truth|"
    r"resultados?|gabarito)"
)
THERE = r"(?:disponive\w+|available|arriv\w+|conhecid\w+|known|cheg\w+)"
NOT_THERE = r"(?:indisponi\w+|unavailable|nao (?:(?:esta\w* )?disponi|cheg)\w+|ausente\w*|missing)"
HAVING = r"\b(?:com|with|quando ha|havendo|when|tem|temos|disponive\w+|available|known)\b"
LACKING = (
    r"\b(?:sem|without|ausencia d\w|na falta d\w|indisponi\w+|unavailable|nao (?:ha|temos|tem|existe\w*)|no|lack\w*|"
    r"absen\w+)\b"
)
NEAR, NEXT = r"[^.;|]{0,40}", r"[^.;|]{0,30}"
WITH = rf"{HAVING}{NEAR}{OUTCOMES}|{OUTCOMES}{NEXT}{THERE}"
WITHOUT = rf"{LACKING}{NEAR}{OUTCOMES}|{OUTCOMES}{NEXT}{NOT_THERE}"
BY_OUTCOMES = (
    r"log[ -]?loss|perda|f1|acuracia|accuracy|auc|roc|precis|recall|brier|matriz de confusao|confusion|calibra|metric|"
    r"entropia|cross[ -]entropy|skill|desempenho|performance|taxa de (?:acerto|erro)|erro"
)
BY_INPUTS = (
    r"drift|distribui|psi\b|\bks\b|kolmogorov|wasserstein|jensen|divergen|estatistic|statistic|estima|cbpe|suporte|"
    r"support|confianca|confidence|domain classifier|classificador de dominio|probabilidades? previst|entrada|inputs?|"
    r"features|mudanca n|desvio|histogram|anomal"
)

RETRAIN = r"re-?trein|retrain|train\w* (?:again|anew|a challenger)|treina\w* (?:de novo|novamente|um desafiante)"
REACTIVE = r"\b(?:reativ[ao]s?|reactive(?:ly)?)\b"
PREDICTIVE = r"\b(?:preditiv[ao]s?|predictive(?:ly)?|proativ[ao]s?|proactive(?:ly)?)\b"
AFTER = (
    r"\b(?:quando|depois|apos|after|when|once|if|se|pior\w*|degrad\w*|quedas?|cai\w*|abaixo|acima|desempenho|performance|"
    r"outcomes?|resultados?|alarm\w*|worse|fires|rotulos?|labels?|erros?)\b"
)
AHEAD = (
    r"\b(?:antes|before|antecip\w*|anticip\w*|drift|tend\w*|trend\w*|prev(?:e|er|ia|isao|endo)|forecast\w*|mudancas?|"
    r"distribui\w*|calend\w*|period\w*|agend\w*|schedul\w*|ahead|unlike|projec\w*|estim\w*|sinais)\b"
)

# stated of the model itself, or of how much of it there is; saying that adherence is looked at states nothing
IS_ADHERENT = (
    r"\b(?:e|eh|foi|nao|not|is|isn't|was|esta|continua|permanece|segue|mostr\w+|remains)\b[^.;:]{0,25}"
    r"\b(?:aderentes?|adherent)\b|\badere\b|\badheres\b|\bnot adhere\b"
)
HAS_ADHERENCE = (
    r"\b(?:baixa|alta|boa|fraca|pouca|falta de|sem|nao ha|nao apresenta|perd\w+|poor|good|low|high|lack of|lost)\b"
    r"[^.;:]{0,25}\b(?:aderencia|adherence)\b|\bno adherence\b|"
    r"\b(?:aderencia|adherence)\b[^.;:]{0,40}\b(?:e|is|foi|was) (?:muito |very )?"
    r"(?:baixa|alta|boa|fraca|ruim|poor|good|low|high|weak)\b"
)
ADHERENT = f"{IS_ADHERENT}|{HAS_ADHERENCE}"
OPEN = (
    r"\b(?:whether|if (?:the|it|they|this)|se (?:o|a|os|ele|e|ha|este|esse|um|existe)|verificar|avaliar|analisar|medir|"
    r"checar|check|assess|evaluate|how|quao|quanto)\b[^.;:]*\b(?:ader|adher)\w+"
)
DENIED_OR_CLAIMED = r"\b(?:nao|not|does|is|bem|mal|well|poorly|badly)\b"
FITS = (
    r"\b(?:generaliz\w+|generalis\w+|se ajust\w+|se adequ\w+|se adapt\w+|nao serve\w*|fits?|transfers?|carries over)\b"
)
NEW_BASE = r"\b(?:prod|producao|production|nova base|novos dados|new base|new data|tres pontos|3 pontos|3pt|three)\b"
MODEL = r"\b(?:model\w*|champion|campeao|it|ele)\b"

SHOWN = {
    *("metric", "line_chart", "bar_chart", "area_chart", "scatter_chart", "altair_chart", "plotly_chart", "pyplot"),
    *("vega_lite_chart", "dataframe", "table"),
}
WATCHED = {
    "log loss": r"log[_ ]?loss|perda log",
    "F1": r"(?:^|[^a-z])f1(?:[^0-9]|$)",
    "drift": r"drift|(?:^|[^a-z])psi(?:[^a-z]|$)|ks_2samp|wasserstein|kolmogorov",
    "ROC AUC": r"roc_?|(?:^|[^a-z])auc(?:[^a-z]|$)",
    "accuracy": r"accuracy|acuracia",
    "Brier score": r"brier",
    "calibration": r"calibra",
    "make rate": r"make_rate|taxa de acerto|hit_rate",
    "health": r"health|saude",
}
