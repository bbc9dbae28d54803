# The one way in: HTTPS, a path for each service, a page of links at /. The same paths as those of the proxy in compose.

locals {
  # Ports of the tasks, what is asked for their health, and whether somebody must come back to the same task.
  services = {
    grafana      = { port = 3000, health = "/grafana/api/health", sticky = false }
    prometheus   = { port = 9090, health = "/prometheus/-/healthy", sticky = true } # replicas differ by what each has seen
    alertmanager = { port = 9093, health = "/alertmanager/-/healthy", sticky = true }
    simulator    = { port = 9100, health = "/healthz", sticky = false }
  }

  # In the order in which they are asked; a number is a rule's for good.
  paths = {
    landing      = { priority = 90, service = null, patterns = ["/"], methods = [] }
    grafana      = { priority = 100, service = "grafana", patterns = ["/grafana", "/grafana/*"], methods = [] }
    prometheus   = { priority = 110, service = "prometheus", patterns = ["/prometheus", "/prometheus/*"], methods = [] }
    alertmanager = { priority = 120, service = "alertmanager", patterns = ["/alertmanager", "/alertmanager/*"], methods = [] }
    # From here one looks; faults are put on machines by the command line, which asks the simulator itself.
    simulator = { priority = 140, service = "simulator", patterns = ["/simulator/*"], methods = ["GET", "HEAD"] }
    machines  = { priority = 130, service = "simulator", patterns = ["/simulator", "/simulator/"], methods = ["GET", "HEAD"] }
  }
  rewrites = {
    simulator = { regex = "^/simulator/(.*)$", replace = "/$1" }
    machines  = { regex = "^/simulator/?([?].*)?$", replace = "/api/machines$1" }
  }

  certificate_arn = coalesce(var.certificate_arn, one(aws_acm_certificate_validation.this[*].certificate_arn))

  # What is asked of whom before a path is passed on: nothing, or one of the two.
  mode            = nonsensitive(var.authentication.mode)
  session_seconds = nonsensitive(var.authentication.session_hours) * 3600
  first_order     = local.mode == "none" ? 1 : 2
  landing_page    = trimspace(file("${path.module}/landing.html"))
}

# --- Load balancer ---------------------------------------------------------------------------------------------------

resource "aws_lb" "this" {
  #checkov:skip=CKV_AWS_150:deletion is refused unless a plant is a trial, which deletion_protection tells
  #checkov:skip=CKV2_AWS_28:only the networks of allowed_cidrs get in; a web ACL costs by the month and by the request
  name                       = var.name
  load_balancer_type         = "application"
  internal                   = false
  subnets                    = var.public_subnet_ids
  security_groups            = [var.load_balancer_security_group_id]
  drop_invalid_header_fields = true
  desync_mitigation_mode     = "strictest"
  enable_deletion_protection = var.deletion_protection
  idle_timeout               = 60

  access_logs {
    bucket  = var.logs_bucket
    prefix  = "load-balancer"
    enabled = true
  }
}

resource "aws_lb_target_group" "this" {
  #checkov:skip=CKV_AWS_378:behind the load balancer requests stay in the VPC, between security groups that name each other
  for_each = local.services

  # A name has 32 characters at most: what is common to all plants is left out, so that none is cut.
  name                 = "${trimprefix(var.name, "smart-factory-")}-${each.key}"
  vpc_id               = var.vpc_id
  port                 = each.value.port
  protocol             = "HTTP"
  target_type          = "ip"
  deregistration_delay = "30"

  health_check {
    path                = each.value.health
    matcher             = "200"
    interval            = 15
    timeout             = 5
    healthy_threshold   = 2
    unhealthy_threshold = 3
  }

  stickiness {
    type            = "lb_cookie"
    enabled         = each.value.sticky
    cookie_duration = 86400
  }
}

# --- Certificate and name --------------------------------------------------------------------------------------------

resource "aws_acm_certificate" "this" {
  count = var.certificate_arn == null ? 1 : 0

  domain_name       = var.domain_name
  validation_method = "DNS"

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_route53_record" "validation" {
  # By the name that we know, and not by what ACM answers: a key must be known when planning.
  for_each = var.certificate_arn == null ? toset([var.domain_name]) : toset([])

  zone_id = var.zone_id
  name    = one(aws_acm_certificate.this[0].domain_validation_options).resource_record_name
  type    = one(aws_acm_certificate.this[0].domain_validation_options).resource_record_type
  records = [one(aws_acm_certificate.this[0].domain_validation_options).resource_record_value]
  ttl     = 300
}

resource "aws_acm_certificate_validation" "this" {
  count = var.certificate_arn == null ? 1 : 0

  certificate_arn         = aws_acm_certificate.this[0].arn
  validation_record_fqdns = [for record in aws_route53_record.validation : record.fqdn]
}

resource "aws_route53_record" "this" {
  for_each = var.zone_id != null ? toset(["A", "AAAA"]) : toset([])

  zone_id = var.zone_id
  name    = var.domain_name
  type    = each.key

  alias {
    name                   = aws_lb.this.dns_name
    zone_id                = aws_lb.this.zone_id
    evaluate_target_health = true
  }
}

# --- Listeners -------------------------------------------------------------------------------------------------------

resource "aws_lb_listener" "http" {
  load_balancer_arn = aws_lb.this.arn
  port              = 80
  protocol          = "HTTP"

  default_action {
    type = "redirect"

    redirect {
      port        = "443"
      protocol    = "HTTPS"
      status_code = "HTTP_301"
    }
  }
}

resource "aws_lb_listener" "https" {
  load_balancer_arn = aws_lb.this.arn
  port              = 443
  protocol          = "HTTPS"
  ssl_policy        = var.tls_policy
  certificate_arn   = local.certificate_arn

  routing_http_response_strict_transport_security_header_value = "max-age=31536000"
  routing_http_response_x_content_type_options_header_value    = "nosniff"

  default_action {
    type = "fixed-response"

    fixed_response {
      content_type = "text/plain"
      status_code  = "404"
      message_body = "There is nothing under this path; see /."
    }
  }
}

resource "aws_lb_listener_rule" "path" {
  for_each = local.paths

  listener_arn = aws_lb_listener.https.arn
  priority     = each.value.priority

  condition {
    path_pattern {
      values = each.value.patterns
    }
  }

  dynamic "condition" {
    for_each = length(each.value.methods) == 0 ? [] : [each.value.methods]

    content {
      http_request_method {
        values = condition.value
      }
    }
  }

  dynamic "action" {
    for_each = local.mode == "oidc" ? ["oidc"] : []

    content {
      type  = "authenticate-oidc"
      order = 1

      authenticate_oidc {
        issuer                     = var.authentication.oidc.issuer
        authorization_endpoint     = var.authentication.oidc.authorization_endpoint
        token_endpoint             = var.authentication.oidc.token_endpoint
        user_info_endpoint         = var.authentication.oidc.user_info_endpoint
        client_id                  = var.authentication.oidc.client_id
        client_secret              = var.authentication.oidc.client_secret
        on_unauthenticated_request = "authenticate"
        scope                      = "openid email"
        session_timeout            = local.session_seconds
      }
    }
  }

  dynamic "action" {
    for_each = local.mode == "cognito" ? ["cognito"] : []

    content {
      type  = "authenticate-cognito"
      order = 1

      authenticate_cognito {
        user_pool_arn              = var.authentication.cognito.user_pool_arn
        user_pool_client_id        = var.authentication.cognito.user_pool_client_id
        user_pool_domain           = var.authentication.cognito.user_pool_domain
        on_unauthenticated_request = "authenticate"
        scope                      = "openid email"
        session_timeout            = local.session_seconds
      }
    }
  }

  dynamic "action" {
    for_each = each.value.service == null ? [] : [each.value.service]

    content {
      type             = "forward"
      order            = local.first_order
      target_group_arn = aws_lb_target_group.this[action.value].arn
    }
  }

  dynamic "action" {
    for_each = each.value.service == null ? [local.landing_page] : []

    content {
      type  = "fixed-response"
      order = local.first_order

      fixed_response {
        content_type = "text/html"
        status_code  = "200"
        message_body = action.value
      }
    }
  }

  dynamic "transform" {
    for_each = contains(keys(local.rewrites), each.key) ? [local.rewrites[each.key]] : []

    content {
      type = "url-rewrite"

      url_rewrite_config {
        rewrite {
          regex   = transform.value.regex
          replace = transform.value.replace
        }
      }
    }
  }
}

# Whatever else is asked of the simulator from here is refused, and told why.
resource "aws_lb_listener_rule" "read_only" {
  listener_arn = aws_lb_listener.https.arn
  priority     = 150

  condition {
    path_pattern {
      values = ["/simulator", "/simulator/*"]
    }
  }

  action {
    type = "fixed-response"

    fixed_response {
      content_type = "text/plain"
      status_code  = "405"
      message_body = "From here one looks; faults are put on machines by the command factory inject."
    }
  }
}
