Feature: Listen Task
  A task that listens takes the events that fit and leaves the others.

  Scenario: Listen To One
    Given a workflow with definition:
    """yaml
    document:
      dsl: '1.0.3'
      namespace: own
      name: own-1
      version: '1.0.0'
    do:
      - hear:
          listen:
            to:
              one:
                with:
                  type: own.listen-one.arrived
                  data: ${ .weight > 10 }
    """
    And given the workflow receives the events:
    """yaml
    - { type: own.listen-one.arrived, data: { weight: 3 } }
    - { type: own.listen-one.left, data: { weight: 30 } }
    - { type: own.listen-one.arrived, data: { weight: 12 } }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    - weight: 12
    """

  Scenario: Listen To All In Any Order, Correlated
    Given a workflow with definition:
    """yaml
    document:
      dsl: '1.0.3'
      namespace: own
      name: own-2
      version: '1.0.0'
    do:
      - hear:
          listen:
            to:
              all:
                - with: { type: own.listen-all.paid }
                  correlate: { order: { from: .data.order } }
                - with: { type: own.listen-all.packed }
                  correlate: { order: { from: .data.order } }
          output:
            as: '[ .[] | .step ]'
    """
    And given the workflow receives the events:
    """yaml
    - { type: own.listen-all.packed, data: { order: 7, step: packed } }
    - { type: own.listen-all.paid, data: { order: 8, step: wrong } }
    - { type: own.listen-all.paid, data: { order: 7, step: paid } }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    [ packed, paid ]
    """

  Scenario: Listen To Any
    Given a workflow with definition:
    """yaml
    document:
      dsl: '1.0.3'
      namespace: own
      name: own-3
      version: '1.0.0'
    do:
      - hear:
          listen:
            to:
              any:
                - with: { type: own.listen-any.one }
                - with: { type: own.listen-any.two }
    """
    And given the workflow receives the events:
    """yaml
    - { type: own.listen-any.two, data: { n: 2 } }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    - n: 2
    """

  Scenario: Listen Until A Condition Holds
    Given a workflow with definition:
    """yaml
    document:
      dsl: '1.0.3'
      namespace: own
      name: own-4
      version: '1.0.0'
    do:
      - hear:
          listen:
            to:
              any:
                - with: { type: own.until.reading }
              until: ( . | length ) == 3
          output:
            as: '{ sum: add }'
    """
    And given the workflow receives the events:
    """yaml
    - { type: own.until.reading, data: 1 }
    - { type: own.until.reading, data: 2 }
    - { type: own.until.reading, data: 4 }
    - { type: own.until.reading, data: 8 }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    sum: 7
    """

  Scenario: Listen Until An Event
    Given a workflow with definition:
    """yaml
    document:
      dsl: '1.0.3'
      namespace: own
      name: own-5
      version: '1.0.0'
    do:
      - hear:
          listen:
            to:
              any:
                - with: { type: own.until-event.reading }
              until:
                one:
                  with: { type: own.until-event.gone }
    """
    And given the workflow receives the events:
    """yaml
    - { type: own.until-event.reading, data: 1 }
    - { type: own.until-event.reading, data: 2 }
    - { type: own.until-event.gone, data: 3 }
    - { type: own.until-event.reading, data: 4 }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    [ 1, 2 ]
    """

  Scenario: Listen With Foreach Works In Order
    Given a workflow with definition:
    """yaml
    document: { dsl: '1.0.3', namespace: own, name: listen-foreach, version: '1.0.0' }
    do:
      - hear:
          listen:
            to: { any: [ { with: { type: own.reading } } ], until: 'length == 3' }
          foreach:
            item: reading
            at: position
            do:
              - ask:
                  call: http
                  with: { method: get, endpoint: 'https://service.example/status/200' }
              - keep:
                  set: { n: '${ $reading.n }', position: '${ $position }' }
            output: { as: '{ n, position }' }
          output: { as: '{ all: map(.n), at: map(.position) }' }
    """
    And given the workflow receives the events:
    """yaml
    - { specversion: '1.0', id: f1, source: /own, type: own.reading, data: { n: 5 } }
    - { specversion: '1.0', id: f2, source: /own, type: own.reading, data: { n: 6 } }
    - { specversion: '1.0', id: f3, source: /own, type: own.reading, data: { n: 7 } }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    all: [ 5, 6, 7 ]
    at: [ 0, 1, 2 ]
    """

  Scenario: Listen By Value, Pattern And Expression
    Given a workflow with definition:
    """yaml
    document:
      dsl: '1.0.3'
      namespace: own
      name: own-75
      version: '1.0.0'
    do:
      - hear:
          listen:
            to:
              all:
                - with:
                    type: own.reading
                    source: '/rooms/(101|102)'
                - with:
                    type: 'own\.alarm\..+'
                    subject: a+b
                - with:
                    type: own.reading
                    data: '${ .celsius > 30 }'
    """
    And given the workflow receives the events:
    """yaml
    - { type: own.reading, source: /rooms/1010, data: { celsius: 1 } }
    - { type: own.alarm, source: /rooms/101, subject: a+b, data: { celsius: 2 } }
    - { type: own.reading, source: /rooms/102, data: { celsius: 3 } }
    - { type: own.alarm.fire, source: /rooms/7, subject: a, data: { celsius: 4 } }
    - { type: own.alarm.fire, source: /rooms/7, subject: a+b, data: { celsius: 5 } }
    - { type: own.reading, source: /rooms/7, data: { celsius: 30 } }
    - { type: own.reading, source: /rooms/7, data: { celsius: 31 } }
    """
    When the workflow is executed
    Then hear should complete with output:
    """yaml
    - { celsius: 3 }
    - { celsius: 5 }
    - { celsius: 31 }
    """
