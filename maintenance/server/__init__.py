"""A model behind HTTP, as SageMaker wants its containers, and as boto3 asks its runtime.

A request goes `formats` (bytes → rows) → `rows` (rows → columns, and a sentence for each that is wrong) → `scoring`
(columns → verdicts) → `formats` (verdicts → bytes). `judge` is that way as one function; `app` is the web around it.
"""
