"""What a deployment needs after `terraform apply`: services anew, followed to their end, and looked at from outside.

* `sources`: which services still run on secrets, identities or models that are older than what is there now.
* `states`: what became of a service's deployment, a circuit breaker's rollback among it.
* `follow`: asks ECS until every service is there, or is not.
* `load_balancer`: what the paths of the load balancer have to answer.
* `doorway`: opens the load balancer to this machine alone, for as long as that takes.
* `plan_summary`: a plan of Terraform as a table for people.

`scripts/roll-out`, `scripts/smoke-load-balancer` and `scripts/plan-summary` are thin shells over it.
"""
