Feature: Retry
  A try is made again as its policy says.

  Scenario: Retry Until It Works
    Given a workflow with definition:
    """yaml
    document:
      dsl: '1.0.3'
      namespace: own
      name: own-12
      version: '1.0.0'
    use:
      retries:
        brief:
          delay: { milliseconds: 10 }
          backoff: { constant: {} }
          limit: { attempt: { count: 5 } }
    do:
      - attempt:
          try:
            - ask:
                call: http
                with: { method: get, endpoint: 'https://service.example/after/x/3' }
          catch:
            errors: { with: { status: 409 } }
            retry: brief
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    tries: 3
    """
    And ask should fault
    And ask should complete

  Scenario: Retries Run Out
    Given a workflow with definition:
    """yaml
    document:
      dsl: '1.0.3'
      namespace: own
      name: own-13
      version: '1.0.0'
    do:
      - attempt:
          try:
            - ask:
                call: http
                with: { method: get, endpoint: 'https://service.example/status/404' }
          catch:
            errors: { with: { status: 404 } }
            as: problem
            retry:
              delay: { milliseconds: 10 }
              backoff: { exponential: {} }
              limit: { attempt: { count: 2 } }
            do:
              - note:
                  set: { status: '${ $problem.status }', at: '${ $problem.instance }' }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    status: 404
    at: /do/0/attempt/try/0/ask
    """

  Scenario: Another Error Is Not Tried Again
    Given a workflow with definition:
    """yaml
    document:
      dsl: '1.0.3'
      namespace: own
      name: own-14
      version: '1.0.0'
    do:
      - attempt:
          try:
            - ask:
                call: http
                with: { method: get, endpoint: 'https://service.example/status/403' }
          catch:
            errors: { with: { status: 404 } }
            retry: { delay: { milliseconds: 10 }, limit: { attempt: { count: 2 } } }
    """
    When the workflow is executed
    Then the workflow should fault with error:
    """yaml
    type: https://open-workflow-specification.org/spec/1.0.0/errors/communication
    status: 403
    instance: /do/0/attempt/try/0/ask
    """
