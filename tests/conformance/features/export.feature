Feature: Export
  What a task exports is the context of those after it.

  Scenario: Export Replaces The Context
    Given a workflow with definition:
    """yaml
    document:
      dsl: '1.0.3'
      namespace: own
      name: own-10
      version: '1.0.0'
    do:
      - first:
          set: { a: 1 }
          export: { as: '{ first: .a }' }
      - second:
          set: { b: 2 }
          export: { as: '$context + { second: .b }' }
      - third:
          set: { all: '${ $context }' }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    all: { first: 1, second: 2 }
    """

  Scenario: Output Does Not Touch The Context
    Given a workflow with definition:
    """yaml
    document:
      dsl: '1.0.3'
      namespace: own
      name: own-11
      version: '1.0.0'
    do:
      - first:
          set: { a: 1 }
          output: { as: .a }
          export: { as: '{ kept: $output }' }
      - second:
          set: { kept: '${ $context.kept }', data: '${ . }' }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    kept: 1
    data: 1
    """
