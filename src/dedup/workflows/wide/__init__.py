"""The scan of a collection that no one machine holds: the same verdicts, in steps of an exchange.

``scan`` has the order of the steps. Each of the other files has some of them: plain functions of a part and of what
was sent to it, in columns. Articles are numbered in order of id, as in a scan on one machine, so that all ties go the
same way.
"""
