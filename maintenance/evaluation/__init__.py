"""How good models are on data that nobody here made: C-MAPSS, NAB, AI4I 2020, SKAB.

A package each: it reads the files as they are published, follows the published protocol, and tells the scores beside
those of plain baselines. `docs/models.md` says what each set is for and where it comes from.
"""
