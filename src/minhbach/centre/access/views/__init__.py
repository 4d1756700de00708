"""The pages of `access`: one's own account, accounts of others, grants, the log of viewings."""
