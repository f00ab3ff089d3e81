Feature: Authentication Of HTTP Calls
  As an implementer of the workflow DSL
  I want to ensure that every scheme is carried out against a server that checks it
  So that credentials work and are never part of a run

  Scenario: Digest Answers The Challenge
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: digest, version: '1.0.0' }
    use:
      secrets: [ account ]
      authentications: { legacy: { digest: { use: account } } }
    do:
      - get:
          call: http
          with:
            method: get
            endpoint:
              uri: https://service.example/digest/milou/bone
              authentication: { use: legacy }
    """
    And given the secret 'account' is:
    """yaml
    {"username":"milou","password":"bone"}
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    authenticated: true
    """

  Scenario: OAuth 2 By A Named Secret
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: oauth, version: '1.0.0' }
    use: { secrets: [ client ] }
    do:
      - get:
          call: http
          with:
            method: get
            endpoint:
              uri: https://service.example/bearer/kit-token
              authentication: { oauth2: { use: client } }
    """
    And given the secret 'client' is:
    """yaml
    {"authority":"https://service.example/id","endpoints":{"token":"/token"},"grant":"client_credentials","client":{"id":"kit","secret":"kit secret"}}
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    at: /bearer/kit-token
    """

  Scenario: OpenID Connect Finds Its Token Endpoint
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: oidc, version: '1.0.0' }
    use: { secrets: [ client ] }
    do:
      - get:
          call: http
          with:
            method: get
            endpoint:
              uri: https://service.example/bearer/kit-token
              authentication: { oidc: { use: client } }
    """
    And given the secret 'client' is:
    """yaml
    {"authority":"https://service.example/id","grant":"client_credentials","client":{"id":"kit","secret":"kit secret"}}
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    at: /bearer/kit-token
    """

  Scenario: A Wrong Client Is The Authentication Error
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: oidc-wrong, version: '1.0.0' }
    use: { secrets: [ wrong ] }
    do:
      - get:
          call: http
          with:
            method: get
            endpoint:
              uri: https://service.example/bearer/kit-token
              authentication: { oidc: { use: wrong } }
    """
    And given the secret 'wrong' is:
    """yaml
    {"authority":"https://service.example/id","grant":"client_credentials","client":{"id":"kit","secret":"no"}}
    """
    When the workflow is executed
    Then the workflow should fault with error:
    """yaml
    type: https://serverlessworkflow.io/spec/1.0.0/errors/authentication
    status: 401
    instance: /do/0/get
    """
