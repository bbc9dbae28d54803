mock_resource "aws_sqs_queue" {
  defaults = {
    url = "https://sqs.eu-central-1.amazonaws.com/111122223333/queue"
    arn = "arn:aws:sqs:eu-central-1:111122223333:queue"
  }
}

mock_resource "aws_lambda_function" {
  defaults = { arn = "arn:aws:lambda:eu-central-1:111122223333:function:function" }
}
