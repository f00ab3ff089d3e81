Feature: OpenAPI Calls
  As an implementer of the workflow DSL
  I want to ensure that operations are called as their documents describe them
  So that a service is named by its contract, not by its addresses

  Scenario: An Operation Of Version 2
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: openapi-two, version: '1.0.0' }
    do:
      - find:
          call: openapi
          with:
            document: { endpoint: https://petstore.swagger.io/v2/swagger.json }
            operationId: findPetsByStatus
            parameters: { status: [ available, pending ] }
          output: { as: '{ names: map(.name) }' }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    names: [ Milou, Pluto ]
    """

  Scenario: An Operation Of Version 3 In YAML
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: openapi-three, version: '1.0.0' }
    do:
      - get:
          call: openapi
          with:
            document: { endpoint: { uri: https://service.example/v3/openapi.yaml } }
            operationId: getPet
            parameters: { petId: '${ .id }' }
            output: response
          output: { as: '{ status: .statusCode, name: .content.name }' }
    """
    And given the workflow input is:
    """yaml
    id: 2
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    status: 200
    name: Pluto
    """

  Scenario: An Operation The Document Does Not Have
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: openapi-none, version: '1.0.0' }
    do:
      - get:
          call: openapi
          with:
            document: { endpoint: https://petstore.swagger.io/v2/swagger.json }
            operationId: placeOrder
    """
    When the workflow is executed
    Then the workflow should fault with error:
    """yaml
    type: https://serverlessworkflow.io/spec/1.0.0/errors/configuration
    status: 400
    instance: /do/0/get
    """
