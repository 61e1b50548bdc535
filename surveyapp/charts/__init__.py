"""Publications in, Plotly figures and sentences out."""
