Feature: Secrets
  A secret is named in a document and read where the call is made.

  Scenario: Basic Authentication By A Named Secret
    Given a workflow with definition:
    """yaml
    document:
      dsl: '1.0.3'
      namespace: own
      name: own-24
      version: '1.0.0'
    use:
      secrets: [ serviceLogin ]
      authentications:
        service: { basic: { use: serviceLogin } }
    do:
      - login:
          call: http
          with:
            method: get
            endpoint:
              uri: https://httpbin.org/basic-auth/mary/open-sesame
              authentication: { use: service }
    """
    And given the secret 'serviceLogin' is:
    """yaml
    { "username": "mary", "password": "open-sesame" }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    authenticated: true
    """

  Scenario: Bearer Token By A Named Secret
    Given a workflow with definition:
    """yaml
    document:
      dsl: '1.0.3'
      namespace: own
      name: own-25
      version: '1.0.0'
    use:
      secrets: [ serviceToken ]
    do:
      - ask:
          call: http
          with:
            method: get
            endpoint:
              uri: https://service.example/bearer/token-1
              authentication: { bearer: { use: serviceToken } }
            output: response
          output: { as: '{ statusCode, shown: .request.headers.authorization }' }
    """
    And given the secret 'serviceToken' is:
    """yaml
    { "token": "token-1" }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    statusCode: 200
    shown: null
    """

  Scenario: A Secret That Is Not Stored
    Given a workflow with definition:
    """yaml
    document:
      dsl: '1.0.3'
      namespace: own
      name: own-26
      version: '1.0.0'
    use:
      secrets: [ nobodyStored ]
    do:
      - ask:
          call: http
          with:
            method: get
            endpoint:
              uri: https://service.example/bearer/token-1
              authentication: { bearer: { use: nobodyStored } }
    """
    When the workflow is executed
    Then the workflow should fault with error:
    """yaml
    type: https://open-workflow-specification.org/spec/1.0.0/errors/authentication
    status: 401
    instance: /do/0/ask
    """
