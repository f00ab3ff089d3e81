Feature: Reusable Parts
  Functions and errors that stand under use are named where they are needed.

  Scenario: A Function Of The Document
    Given a workflow with definition:
    """yaml
    document:
      dsl: '1.0.3'
      namespace: own
      name: own-31
      version: '1.0.0'
    use:
      functions:
        twice:
          set: { n: '${ .n * 2 }' }
    do:
      - double:
          call: twice
          with: { n: '${ .n }' }
    """
    And given the workflow input is:
    """yaml
    n: 4
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    n: 8
    """

  Scenario: An Error Of The Document
    Given a workflow with definition:
    """yaml
    document:
      dsl: '1.0.3'
      namespace: own
      name: own-32
      version: '1.0.0'
    use:
      errors:
        outOfStock:
          type: https://own.example/errors/out-of-stock
          status: 409
          title: Out of stock
          detail: '${ "no \(.item) left" }'
    do:
      - refuse:
          raise: { error: outOfStock }
    """
    And given the workflow input is:
    """yaml
    item: lamp
    """
    When the workflow is executed
    Then the workflow should fault with error:
    """yaml
    type: https://own.example/errors/out-of-stock
    status: 409
    title: Out of stock
    detail: no lamp left
    instance: /do/0/refuse
    """
