Feature: Fork Task
  Branches run at the same time, each with the input of the fork.

  Scenario: Fork Waits For All In Declared Order
    Given a workflow with definition:
    """yaml
    document:
      dsl: '1.0.3'
      namespace: own
      name: own-18
      version: '1.0.0'
    do:
      - both:
          fork:
            branches:
              - late:
                  do:
                    - pause: { wait: { milliseconds: 60 } }
                    - say: { set: { n: '${ .n + 1 }' } }
              - early:
                  set: { n: '${ .n + 10 }' }
    """
    And given the workflow input is:
    """yaml
    n: 1
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    - n: 2
    - n: 11
    """

  Scenario: Race Cancels The Losing Branch
    Given a workflow with definition:
    """yaml
    document:
      dsl: '1.0.3'
      namespace: own
      name: own-19
      version: '1.0.0'
    do:
      - race:
          fork:
            compete: true
            branches:
              - slow:
                  do:
                    - pause: { wait: { seconds: 20 } }
                    - lose: { set: { won: slow } }
              - quick:
                  do:
                    - blink: { wait: { milliseconds: 20 } }
                    - win: { set: { won: quick } }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    won: quick
    """
    And pause should cancel
    And lose should not run

  Scenario: An Error In A Branch Ends The Fork
    Given a workflow with definition:
    """yaml
    document:
      dsl: '1.0.3'
      namespace: own
      name: own-20
      version: '1.0.0'
    do:
      - both:
          fork:
            branches:
              - slow: { wait: { seconds: 20 } }
              - broken:
                  do:
                    - blink: { wait: { milliseconds: 20 } }
                    - refuse: { raise: { error: { type: 'https://own.example/errors/no', status: 409, title: No } } }
    """
    When the workflow is executed
    Then the workflow should fault with error:
    """yaml
    type: https://own.example/errors/no
    status: 409
    title: No
    instance: /do/0/both/fork/branches/1/broken/do/1/refuse
    """
    And slow should cancel
