"""What does the assignment ask for? Its 23 checks by number, in four groups."""

from kobe_shots.language import Said, say

GROUPS: dict[str, Said] = {
    "1": say("Data, and the model in production"),
    "2": say("Repository, diagram and models"),
    "3": say("Artifacts and pipelines"),
    "4": say("Monitoring and retraining"),
}

TITLES: dict[str, Said] = {
    "1.1": say("Data categorised correctly"),
    "1.2": say("Data reading integrated into the solution"),
    "1.3": say("Model applied in production (API or embedded)"),
    "1.4": say("Adherence to the new base stated"),
    "2.1": say("Repository with TDSP structure"),
    "2.2": say("Diagram of all steps"),
    "2.3": say("Regression model with PyCaret and MLflow"),
    "2.4": say("Log loss of the regression in MLflow"),
    "2.5": say("Decision tree with PyCaret and MLflow"),
    "2.6": say("Log loss and F1 of the tree in MLflow"),
    "3.1": say("Objective and composition of each artifact"),
    "3.2": say("Every artifact of the diagram covered"),
    "3.3": say("Run PreparacaoDados with relevant parameters and metrics"),
    "3.4": say("Missing data removed"),
    "3.5": say("Indicated columns selected"),
    "3.6": say("Dimensions of the prepared base stated"),
    "3.7": say("A file for each processing phase in the indicated folder"),
    "3.8": say("Two bases, train and test"),
    "3.9": say("Run called Treinamento"),
    "4.1": say("Difference between dev and prod identified"),
    "4.2": say("Monitoring with and without the target described"),
    "4.3": say("Streamlit monitoring dashboard"),
    "4.4": say("Reactive and predictive retraining described"),
}
