"""`ses-reputation suppression restore`, `import`, `add` and `remove`: the commands that change lists."""
