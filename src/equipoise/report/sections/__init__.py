"""The report's sections: each a function from results to a `Section`, printing no number twice."""
