"""From readings to a verdict: the lake, windows and features, models with their scores, and the fleet's pipeline.

The lake (`lake/`) is what all else reads. Everything that computes is a pure core on arrays and tables; what reads S3,
serves HTTP or speaks MQTT is the shell around it.
"""
