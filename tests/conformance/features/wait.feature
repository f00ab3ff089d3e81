Feature: Wait Task
  A wait takes its time and passes its input on.

  Scenario: Wait Passes Its Input On
    Given a workflow with definition:
    """yaml
    document:
      dsl: '1.0.3'
      namespace: own
      name: own-6
      version: '1.0.0'
    do:
      - pause:
          wait: { milliseconds: 30 }
      - done:
          set: { got: '${ .value }' }
    """
    And given the workflow input is:
    """yaml
    value: 5
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    got: 5
    """
    And done should run after pause

  Scenario: Wait For A Duration From The Input
    Given a workflow with definition:
    """yaml
    document:
      dsl: '1.0.3'
      namespace: own
      name: own-7
      version: '1.0.0'
    do:
      - pause:
          wait: ${ .pause }
    """
    And given the workflow input is:
    """yaml
    pause: PT0.02S
    """
    When the workflow is executed
    Then the workflow should complete
    And pause should complete
