"""The sample project: an invented story, its articles and two annotators who sometimes disagree."""
