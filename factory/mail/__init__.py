"""The post office of the local factory: a box that catches mail, and the way from SNS to SMTP.

Alertmanager, Grafana and the subscriber below send ordinary SMTP to the catcher, which keeps each mail as a file and
shows it on a small web page. The subscriber takes the notifications of the SNS topic from its queue and sends them as
mails, of each kind the first at once and the others as a digest; to reach real people, it is given a real SMTP server
instead of the catcher, and nothing else changes.
"""
