Feature: Schedule
  A flow with a schedule is started by it. The runs of a time have an empty input, those of an event the array of it.

  Scenario: A Cron Expression Starts A Run
    Given a workflow with definition:
    """yaml
    document:
      dsl: '1.0.3'
      namespace: own
      name: own-70
      version: '1.0.0'
    schedule: { cron: '0 9 * * 1-5' }
    do:
      - report:
          set: { given: '${ . }' }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    given: {}
    """

  Scenario: An Interval Starts A Run
    Given a workflow with definition:
    """yaml
    document:
      dsl: '1.0.3'
      namespace: own
      name: own-71
      version: '1.0.0'
    schedule: { every: { minutes: 5 } }
    do:
      - report:
          set: { given: '${ . }' }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    given: {}
    """

  Scenario: An Event Starts A Run
    Given a workflow with definition:
    """yaml
    document:
      dsl: '1.0.3'
      namespace: own
      name: own-72
      version: '1.0.0'
    schedule:
      on:
        one:
          with:
            type: own.order.placed
            subject: lamp
            data: '${ .amount > 10 }'
    do:
      - first:
          set: { amount: '${ .[0].amount }', count: '${ length }' }
    """
    And given the workflow receives the events:
    """yaml
    - { type: own.order.placed, subject: lamp, data: { amount: 3 } }
    - { type: own.order.placed, subject: chair, data: { amount: 30 } }
    - { type: own.order.cancelled, subject: lamp, data: { amount: 30 } }
    - { type: own.order.placed, subject: lamp, data: { amount: 12 } }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    amount: 12
    count: 1
    """

  Scenario: Any Of Several Events Starts A Run, Read Whole
    Given a workflow with definition:
    """yaml
    document:
      dsl: '1.0.3'
      namespace: own
      name: own-73
      version: '1.0.0'
    schedule:
      read: envelope
      on:
        any:
          - with: { type: own.door.opened }
          - with: { type: own.door.forced }
    do:
      - which:
          set: { type: '${ .[0].type }', door: '${ .[0].data.door }' }
    """
    And given the workflow receives the events:
    """yaml
    - { type: own.door.forced, data: { door: 4 } }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    type: own.door.forced
    door: 4
    """

  Scenario: An Event That Does Not Fit Starts Nothing
    Given a workflow with definition:
    """yaml
    document:
      dsl: '1.0.3'
      namespace: own
      name: own-74
      version: '1.0.0'
    schedule:
      on:
        one:
          with: { type: own.order.placed }
    do:
      - never:
          set: { wrong: true }
    """
    And given the workflow receives the events:
    """yaml
    - { type: own.order.cancelled, data: {} }
    """
    When the workflow is executed
    Then no run should start
