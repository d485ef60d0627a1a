"""Tell it: results as data, tables, figures and documents."""
