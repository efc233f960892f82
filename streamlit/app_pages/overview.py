"""To be built."""

import states

states.need_report()
