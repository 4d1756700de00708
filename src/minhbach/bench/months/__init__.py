"""The process of `minhbach bench reports`: communes, a month of events in each, and the clock around counting them."""
