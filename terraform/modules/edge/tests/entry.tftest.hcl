# Who comes in, how, and where to.

mock_provider "aws" {
  source          = "../../tests/mocks"
  override_during = plan
}

variables {
  name                            = "smart-factory-plant1"
  vpc_id                          = "vpc-0123456789abcdef0"
  public_subnet_ids               = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]
  load_balancer_security_group_id = "sg-0123456789abcdef0"
  logs_bucket                     = "smart-factory-plant1-logs-111122223333"
  certificate_arn                 = "arn:aws:acm:eu-central-1:111122223333:certificate/99999999-2222-3333-4444-555555555555"
  domain_name                     = "factory.example.com"
}

run "the_way_in_is_encrypted_logged_and_by_path" {
  command = plan

  # The load balancer logs and refuses to be deleted.
  assert {
    condition     = aws_lb.this.access_logs[0].enabled && aws_lb.this.access_logs[0].bucket == var.logs_bucket && aws_lb.this.access_logs[0].prefix == "load-balancer"
    error_message = "Access logs must go to the logs bucket."
  }

  assert {
    condition     = aws_lb.this.enable_deletion_protection && aws_lb.this.drop_invalid_header_fields && aws_lb.this.desync_mitigation_mode == "strictest"
    error_message = "The load balancer must be protected from deletion, and drop headers and requests that are none."
  }

  assert {
    condition     = issensitive(var.authentication)
    error_message = "The client's secret would be told by every plan."
  }

  assert {
    condition     = !aws_lb.this.internal && aws_lb.this.security_groups == toset([var.load_balancer_security_group_id])
    error_message = "People must reach the load balancer from outside, and by its security group alone."
  }

  # Http only sends people to https.
  assert {
    condition     = aws_lb_listener.http.default_action[0].type == "redirect" && [aws_lb_listener.http.default_action[0].redirect[0].protocol, aws_lb_listener.http.default_action[0].redirect[0].port, aws_lb_listener.http.default_action[0].redirect[0].status_code] == ["HTTPS", "443", "HTTP_301"]
    error_message = "Port 80 must redirect to HTTPS and serve nothing."
  }

  assert {
    condition     = aws_lb_listener.https.protocol == "HTTPS" && startswith(aws_lb_listener.https.ssl_policy, "ELBSecurityPolicy-TLS13") && aws_lb_listener.https.certificate_arn == var.certificate_arn
    error_message = "Port 443 must speak TLS 1.2 or 1.3 with the certificate that was given."
  }

  # A browser that has been here once never comes by HTTP again (RFC 6797), and guesses no types.
  assert {
    condition     = aws_lb_listener.https.routing_http_response_strict_transport_security_header_value == "max-age=31536000" && aws_lb_listener.https.routing_http_response_x_content_type_options_header_value == "nosniff"
    error_message = "Answers must tell browsers to stay with HTTPS for a year and to guess no types."
  }

  assert {
    condition     = aws_lb_listener.https.default_action[0].fixed_response[0].status_code == "404"
    error_message = "What no path names must answer 404."
  }

  # Each service has its path and port.
  assert {
    condition     = sort([for service, group in aws_lb_target_group.this : "${service} ${group.port}"]) == tolist(["alertmanager 9093", "grafana 3000", "prometheus 9090", "simulator 9100"])
    error_message = "Target groups must be those of 3000, 9090, 9093 and 9100."
  }

  assert {
    condition = alltrue([
      for service in ["grafana", "prometheus", "alertmanager"] :
      contains(flatten([for one in aws_lb_listener_rule.path[service].condition : one.path_pattern[*].values]), "/${service}/*")
    ])
    error_message = "Each of Grafana, Prometheus and Alertmanager must be below a path of its own."
  }

  assert {
    condition     = length(distinct([for rule in concat(values(aws_lb_listener_rule.path), [aws_lb_listener_rule.read_only]) : rule.priority])) == 7
    error_message = "No two rules may have one priority."
  }

  # A page of links is at the root.
  assert {
    condition     = length(aws_lb_listener_rule.path["landing"].action[0].fixed_response[0].message_body) <= 1024 && strcontains(aws_lb_listener_rule.path["landing"].action[0].fixed_response[0].message_body, "/grafana/")
    error_message = "The page at / must link to Grafana and be of 1024 characters at most, which is all that a load balancer serves."
  }

  # The simulator can only be looked at.
  assert {
    condition = alltrue([
      for key in ["simulator", "machines"] :
      toset(flatten([for one in aws_lb_listener_rule.path[key].condition : one.http_request_method[*].values])) == toset(["GET", "HEAD"])
    ])
    error_message = "Only GET and HEAD may reach the simulator: POST puts faults on machines."
  }

  assert {
    condition     = aws_lb_listener_rule.read_only.priority > max([for key in ["simulator", "machines"] : aws_lb_listener_rule.path[key].priority]...) && aws_lb_listener_rule.read_only.action[0].fixed_response[0].status_code == "405"
    error_message = "Whatever else is asked of the simulator must be refused after the rules that let look."
  }

  assert {
    condition     = one(one(aws_lb_listener_rule.read_only.condition).path_pattern).values == toset(["/simulator", "/simulator/*"])
    error_message = "The refusal must be of all that is below /simulator, and of nothing else."
  }

  assert {
    condition     = { for key in ["simulator", "machines"] : key => one(one(aws_lb_listener_rule.path[key].transform).url_rewrite_config[0].rewrite).replace } == { simulator = "/$1", machines = "/api/machines$1" }
    error_message = "The simulator does not know its path: it must be taken off."
  }

  # Prometheus keeps people on one replica.
  assert {
    condition     = { for service, group in aws_lb_target_group.this : service => group.stickiness[0].enabled } == { prometheus = true, alertmanager = true, grafana = false, simulator = false } && aws_lb_target_group.this["prometheus"].stickiness[0].type == "lb_cookie"
    error_message = "Replicas of Prometheus and of Alertmanager differ, so that people must stay on one; others share the load."
  }

  # Nobody is asked without authentication.
  assert {
    condition     = alltrue([for key, rule in aws_lb_listener_rule.path : [for action in rule.action : action.type] == [key == "landing" ? "fixed-response" : "forward"]])
    error_message = "Without authentication a rule only passes on."
  }
}

run "a_certificate_is_made_for_a_domain" {
  command = plan

  variables {
    certificate_arn = null
    zone_id         = "Z0123456789ABC"
  }

  assert {
    condition     = aws_acm_certificate.this[0].validation_method == "DNS" && aws_route53_record.validation["factory.example.com"].zone_id == "Z0123456789ABC"
    error_message = "The certificate must be proven in the zone."
  }

  assert {
    condition     = output.url == "https://factory.example.com" && length(aws_route53_record.this) == 2 && alltrue([for record in aws_route53_record.this : record.alias[0].evaluate_target_health])
    error_message = "The name must lead to the load balancer, by IPv4 and IPv6."
  }
}

run "oidc_is_asked_before_any_path" {
  command = plan

  variables {
    authentication = {
      mode = "oidc"
      oidc = {
        issuer                 = "https://login.example.com"
        authorization_endpoint = "https://login.example.com/authorize"
        token_endpoint         = "https://login.example.com/token"
        user_info_endpoint     = "https://login.example.com/userinfo"
        client_id              = "factory"
        client_secret          = "only-for-the-test"
      }
    }
  }

  assert {
    condition = alltrue([
      for key, rule in aws_lb_listener_rule.path :
      [for action in rule.action : "${action.order} ${action.type}"] == ["1 authenticate-oidc", key == "landing" ? "2 fixed-response" : "2 forward"] && [rule.action[0].authenticate_oidc[0].on_unauthenticated_request, rule.action[0].authenticate_oidc[0].session_timeout] == ["authenticate", 43200]
    ])
    error_message = "With OIDC each path must ask first, anew after twelve hours, and pass on second."
  }
}

run "cognito_is_asked_before_any_path" {
  command = plan

  variables {
    authentication = {
      mode = "cognito"
      cognito = {
        user_pool_arn       = "arn:aws:cognito-idp:eu-central-1:111122223333:userpool/eu-central-1_AbCdEf"
        user_pool_client_id = "abcdef"
        user_pool_domain    = "factory"
      }
    }
  }

  assert {
    condition     = alltrue([for key, rule in aws_lb_listener_rule.path : [for action in rule.action : "${action.order} ${action.type}"] == ["1 authenticate-cognito", key == "landing" ? "2 fixed-response" : "2 forward"] && [rule.action[0].authenticate_cognito[0].on_unauthenticated_request, rule.action[0].authenticate_cognito[0].session_timeout] == ["authenticate", 43200]])
    error_message = "With Cognito each path must ask first, anew after twelve hours, and pass on second."
  }
}
