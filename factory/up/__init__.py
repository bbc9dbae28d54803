"""The whole factory on one machine: started, watched, stopped in order.

`supervisor` holds the processes, `programs` says what they are and what each is told, `ports` and `layout` where they
listen and keep their things, `status` what they are doing.
"""
