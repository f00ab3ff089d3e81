Feature: Condition Of A Task
  A task whose condition does not hold is skipped with its directive.

  Scenario: Skipped Task Passes Its Raw Input On
    Given a workflow with definition:
    """yaml
    document:
      dsl: '1.0.3'
      namespace: own
      name: own-8
      version: '1.0.0'
    do:
      - maybe:
          if: .n > 1
          set: { n: 100 }
          then: end
      - after:
          set: { n: '${ .n + 1 }' }
    """
    And given the workflow input is:
    """yaml
    n: 1
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    n: 2
    """
    And maybe should not run

  Scenario: Condition Sees The Raw Input
    Given a workflow with definition:
    """yaml
    document:
      dsl: '1.0.3'
      namespace: own
      name: own-9
      version: '1.0.0'
    do:
      - maybe:
          if: .deep.n == 1
          input: { from: .deep }
          set: { seen: '${ .n }' }
    """
    And given the workflow input is:
    """yaml
    deep: { n: 1 }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    seen: 1
    """
