Feature: Timeout
  A time allowed that is over ends what runs inside with the error 408.

  Scenario: Timeout Of A Task Interrupts It
    Given a workflow with definition:
    """yaml
    document:
      dsl: '1.0.3'
      namespace: own
      name: own-15
      version: '1.0.0'
    do:
      - guarded:
          try:
            - slow:
                wait: { seconds: 20 }
                timeout: { after: { milliseconds: 50 } }
          catch:
            errors: { with: { type: 'https://open-workflow-specification.org/spec/1.0.0/errors/timeout', status: 408 } }
            as: problem
            do:
              - note:
                  set: { at: '${ $problem.instance }' }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    at: /do/0/guarded/try/0/slow
    """
    And slow should fault

  Scenario: Timeout Interrupts A Call
    Given a workflow with definition:
    """yaml
    document:
      dsl: '1.0.3'
      namespace: own
      name: own-16
      version: '1.0.0'
    use:
      timeouts:
        brief: { after: { milliseconds: 100 } }
    do:
      - slow:
          call: http
          with: { method: get, endpoint: 'https://service.example/slow/5000' }
          timeout: brief
    """
    When the workflow is executed
    Then the workflow should fault with error:
    """yaml
    type: https://open-workflow-specification.org/spec/1.0.0/errors/timeout
    status: 408
    instance: /do/0/slow
    """

  Scenario: Timeout Of The Workflow
    Given a workflow with definition:
    """yaml
    document:
      dsl: '1.0.3'
      namespace: own
      name: own-17
      version: '1.0.0'
    timeout: { after: { milliseconds: 50 } }
    do:
      - slow:
          wait: { seconds: 20 }
    """
    When the workflow is executed
    Then the workflow should fault with error:
    """yaml
    type: https://open-workflow-specification.org/spec/1.0.0/errors/timeout
    status: 408
    """
    And slow should cancel
