"""A five-host cluster in network namespaces: real servers, real kernels' addresses, no machine's network touched.

    with Lab("demo", binary) as lab:
        lab.start_cluster()
        lab.hosts["db1"].kill_mysqld()

Nothing outlives the lab: every host is a set of namespaces whose pid 1 ends with the process that made it.
"""

from .lab import Lab
from .wait import Hopeless, LabTimeout, wait_until

__all__ = ["Hopeless", "Lab", "LabTimeout", "wait_until"]
