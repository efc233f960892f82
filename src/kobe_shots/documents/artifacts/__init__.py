"""Every artifact, column by column, as a document; rendered from code and from a run's files, so that it holds."""

from kobe_shots.documents.artifacts.rendering import sections as sections
