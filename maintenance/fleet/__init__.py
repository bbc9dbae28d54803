"""The fleet's pipeline, as one AWS Lambda function: from a vehicle's sentence to a verdict, an item and a mail.

`handler.py` is what Lambda calls. An event is an object that was created in the inbox, readings of which the verdict is
still missing, or one message of a vehicle on MQTT (`events.py`); each becomes readings (`lines.py`, `readings.py`),
which `pipeline.py` has judged by the model's endpoint (`endpoint.py`), stores (`items.py`, `table.py`) and alerts about
(`alerts.py`). What cannot be read is a dead letter, what could not be judged is tried again (`queues.py`).

All of it lies in a zip (`zip.py`) with nothing beside: it uses the standard library and the boto3 of Lambda's runtime.
"""
