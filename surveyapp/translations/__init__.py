"""Catalogues of translations, a folder for each language; English stands in the code itself."""
