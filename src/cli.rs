//! Arguments to a command; decides nothing, prints nothing, never exits.
