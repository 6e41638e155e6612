"""The crash sweep: each kind of request is cut off at every call that changes anything, and the guest is looked at afterwards.

    kinds     the requests, and the guests that they are sent to
    points    where a run can be cut off: found by tracing a whole one
    order     whether each rename follows its file's fsync and precedes its directory's
    trial     one run that is cut off, and the verdict
    canary    where a secret could be found afterwards

`python3 -m sweep --help` runs all of it (make sweep); test_sweep.py a selection.
"""
