Feature: HTTP Call
  What comes back is shaped as the document asks.

  Scenario: Content, Text And Raw
    Given a workflow with definition:
    """yaml
    document:
      dsl: '1.0.3'
      namespace: own
      name: own-27
      version: '1.0.0'
    do:
      - json:
          call: http
          with: { method: get, endpoint: 'https://petstore.swagger.io/v2/pet/1' }
          export: { as: '{ json: .name }' }
      - text:
          call: http
          with: { method: get, endpoint: 'https://service.example/text' }
          export: { as: '$context + { text: . }' }
      - raw:
          call: http
          with: { method: get, endpoint: 'https://service.example/text', output: raw }
          output: { as: '$context + { raw: . }' }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    json: Milou
    text: plain words
    raw: cGxhaW4gd29yZHM=
    """

  Scenario: A Redirect Is Followed
    Given a workflow with definition:
    """yaml
    document:
      dsl: '1.0.3'
      namespace: own
      name: own-28
      version: '1.0.0'
    do:
      - go:
          call: http
          with: { method: get, endpoint: 'https://petstore.swagger.io/moved', output: response }
          output: { as: '{ statusCode, name: .content.name }' }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    statusCode: 200
    name: Milou
    """

  Scenario: A Redirect Is Taken As The Answer
    Given a workflow with definition:
    """yaml
    document:
      dsl: '1.0.3'
      namespace: own
      name: own-29
      version: '1.0.0'
    do:
      - go:
          call: http
          with: { method: get, endpoint: 'https://petstore.swagger.io/moved', redirect: true, output: response }
          output: { as: '{ statusCode, to: .headers.location }' }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    statusCode: 302
    to: /v2/pet/1
    """

  Scenario: A Status That Is No Success Is An Error
    Given a workflow with definition:
    """yaml
    document:
      dsl: '1.0.3'
      namespace: own
      name: own-30
      version: '1.0.0'
    do:
      - go:
          try:
            - ask:
                call: http
                with: { method: get, endpoint: { uri: 'https://petstore.swagger.io/v2/pet/getPetByName/{name}' } }
          catch:
            errors: { with: { type: 'https://serverlessworkflow.io/dsl/errors/types/communication', status: 404 } }
            as: problem
            do:
              - note: { set: { problem: '${ $problem }' } }
    """
    And given the workflow input is:
    """yaml
    name: Milou
    """
    When the workflow is executed
    Then the workflow should complete
    And the workflow output should have properties 'problem.type', 'problem.title', 'problem.detail'
    And the workflow output should have a 'problem.instance' property with value:
    """yaml
    /do/0/go/try/0/ask
    """
