"""What a grant can carry: footage and what follows from it, never the right to grant or to approve."""

from minhbach.centre.regulation.rights import Right

GRANTABLE = frozenset({Right.LIVE, Right.PLAYBACK, Right.SOUND, Right.HOLD, Right.EXTRACT})
