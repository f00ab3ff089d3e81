Feature: Exit And End
  Exit leaves the list it stands in, end leaves the workflow.

  Scenario: Exit Leaves The Inner List Only
    Given a workflow with definition:
    """yaml
    document:
      dsl: '1.0.3'
      namespace: own
      name: own-21
      version: '1.0.0'
    do:
      - outer:
          do:
            - inner:
                do:
                  - first: { set: { path: '${ .path + ["first"] }' }, then: exit }
                  - never: { set: { path: '${ .path + ["never"] }' } }
            - second: { set: { path: '${ .path + ["second"] }' } }
      - third: { set: { path: '${ .path + ["third"] }' } }
    """
    And given the workflow input is:
    """yaml
    path: []
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    path: [ first, second, third ]
    """
    And never should not run

  Scenario: End Inside Leaves The Workflow
    Given a workflow with definition:
    """yaml
    document:
      dsl: '1.0.3'
      namespace: own
      name: own-22
      version: '1.0.0'
    do:
      - outer:
          do:
            - inner:
                do:
                  - first: { set: { path: first }, then: end }
            - never: { set: { path: never } }
      - neither: { set: { path: neither } }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    path: first
    """
    And never should not run
    And neither should not run

  Scenario: Exit Of A Switch Leaves Its Block
    Given a workflow with definition:
    """yaml
    document:
      dsl: '1.0.3'
      namespace: own
      name: own-23
      version: '1.0.0'
    do:
      - choose:
          do:
            - decide:
                switch:
                  - big: { when: .n > 9, then: large }
                then: exit
            - large: { set: { size: large }, then: exit }
      - after: { set: { size: '${ .size // "small" }' } }
    """
    And given the workflow input is:
    """yaml
    n: 1
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    size: small
    """
    And large should not run
