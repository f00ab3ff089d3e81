Feature: Extensions
  As an implementer of the workflow DSL
  I want to ensure that extensions stand around the tasks they name
  So that a flow can be watched and mocked without being rewritten

  Scenario: An Extension Answers Instead
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: extension-mock, version: '1.0.0' }
    use:
      extensions:
        - mock:
            extend: call
            when: '$task.with.endpoint | startswith("https://mocked.example")'
            before:
              - answer: { set: { mocked: true }, then: exit }
    do:
      - one: { call: http, with: { method: get, endpoint: 'https://mocked.example/' }, export: { as: . } }
      - two: { call: http, with: { method: get, endpoint: 'https://service.example/status/200' } }
    output: { as: '{ one: $context.mocked, two: .status }' }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    one: true
    two: 200
    """
    And two should run last

  Scenario: Before And After Stand Beside The Data
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: extension-beside, version: '1.0.0' }
    use:
      extensions:
        - watch:
            extend: set
            before: [ { begun: { call: http, with: { method: get, endpoint: 'https://service.example/status/200' } } } ]
            after: [ { ended: { call: http, with: { method: get, endpoint: 'https://service.example/status/201' } } } ]
    do:
      - only: { set: { n: 1 } }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    n: 1
    """
    And begun should run first
    And ended should run last
