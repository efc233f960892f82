"""In which words are the questions about operation answered? Expressions over plain Portuguese and English."""

POINTS = r"\b(?:{digit} ?pts?|{digit}pt|{digit}[- ](?:pontos|point\w*)|{pt} pontos|{en}[- ]point\w*)\b"
TWO = POINTS.format(digit="2", pt="dois", en="two")
THREE = POINTS.format(digit="3", pt="tres", en="three")
DEV = r"\b(?:dev|desenvolvimento|development|trein\w*|train\w*|learn\w*|aprend\w*)\b"
PROD = r"\b(?:prod|producao|production|oper\w+)\b"

OUTCOMES = (
    r"(?:variavel (?:resposta|alvo)|alvo|respostas?|rotulos?|labels?|outcomes?|target|response|ground truth|"
    r"resultados?|gabarito)"
)
THERE = r"(?:disponive\w+|available|arriv\w+|conhecid\w+|known|cheg\w+)"
NOT_THERE = r"(?:indisponi\w+|unavailable|nao (?:esta\w* )?disponi\w+|ausente\w*|missing)"
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
    r"skill|desempenho|performance|taxa de (?:acerto|erro)|erro"
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

ADHERENT = r"\b(?:aderen\w+|adere|adherent|adherence|adheres?)\b"
CLAIMS = (  # a verb or a measure that makes a statement of it
    r"\b(?:e|eh|foi|nao|not|is|isn't|was|sao|esta|continua|perde\w*|mostra\w*|mostrou|apresent\w+|tem|has|have|sem|baixa|"
    r"alta|boa|fraca|poor|good|low|high|no|pouco|pouca|less|mais|does|doesn't|lacks?|permanece)\b"
)
OPEN = (  # nothing is stated by saying that it will be looked at
    r"\b(?:whether|if (?:the|it|they|this)|se (?:o|a|os|ele|e|ha|este|esse|um|existe)|verificar|avaliar|analisar|medir|"
    r"checar|check|assess|evaluate|how|quao|quanto)\b[^.;:]*" + ADHERENT
)
FITS = r"\b(?:generaliz\w+|generalis\w+|se ajust\w+|se adequ\w+|se adapt\w+|fits?|transfers?|carries over)\b"
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
