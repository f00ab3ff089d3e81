Feature: Run
  Scripts and shell commands run in a process of their own, where an administrator has switched them on.

  @isolated
  Scenario: A Shell Command With Standard Input, Arguments And Environment
    Given a workflow with definition:
    """yaml
    document:
      dsl: '1.0.3'
      namespace: own
      name: own-run-1
      version: '1.0.0'
    do:
      - count:
          run:
            shell:
              command: |
                lines=$(wc -l)
                echo "$1 $word $lines"
              stdin: '${ .text }'
              arguments: ['${ .label }']
              environment: { word: has }
    """
    And given the workflow input is:
    """yaml
    text: "one\ntwo\n"
    label: it
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    "it has 2\n"
    """

  @isolated
  Scenario: A Script In JavaScript Gives All Of Its Result
    Given a workflow with definition:
    """yaml
    document:
      dsl: '1.0.3'
      namespace: own
      name: own-run-2
      version: '1.0.0'
    do:
      - sum:
          run:
            return: all
            script:
              language: js
              code: |
                import { readFileSync } from 'node:fs';
                const numbers = JSON.parse(readFileSync(0, 'utf8'));
                console.log(numbers.reduce((sum, each) => sum + each, 0));
                console.error('summed');
                process.exitCode = 4;
              stdin: '${ .numbers }'
          output: { as: '${ . + { sum: (.stdout | tonumber) } }' }
    """
    And given the workflow input is:
    """yaml
    numbers: [1, 2, 39]
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    code: 4
    stdout: "42\n"
    stderr: "summed\n"
    sum: 42
    """

  @isolated
  Scenario: A Script In Python
    Given a workflow with definition:
    """yaml
    document:
      dsl: '1.0.3'
      namespace: own
      name: own-run-3
      version: '1.0.0'
    do:
      - greet:
          run:
            script:
              language: python
              code: |
                import sys
                print("你好 " + sys.argv[1], end="")
              arguments: ['${ .name }']
    """
    And given the workflow input is:
    """yaml
    name: 王敏
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    你好 王敏
    """

  @isolated
  Scenario: An Exit Code That Is Not Zero Is A Runtime Error
    Given a workflow with definition:
    """yaml
    document:
      dsl: '1.0.3'
      namespace: own
      name: own-run-4
      version: '1.0.0'
    do:
      - breaks:
          run:
            shell:
              command: 'echo no such account >&2; exit 3'
    """
    When the workflow is executed
    Then the workflow should fault with error:
    """yaml
    type: https://serverlessworkflow.io/spec/1.0.0/errors/runtime
    status: 500
    detail: 'the process ended with code 3: no such account'
    instance: /do/0/breaks
    """
    And breaks should fault

  @isolated
  Scenario: An Exit Code That Is Asked For Is The Output
    Given a workflow with definition:
    """yaml
    document:
      dsl: '1.0.3'
      namespace: own
      name: own-run-5
      version: '1.0.0'
    do:
      - breaks:
          run:
            return: code
            shell:
              command: 'exit 3'
      - decide:
          switch:
            - three: { when: '. == 3', then: end }
      - never: { set: { wrong: true } }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    3
    """
    And never should not run

  @isolated
  Scenario: A Process Is Interrupted By The Time Its Task Is Allowed
    Given a workflow with definition:
    """yaml
    document:
      dsl: '1.0.3'
      namespace: own
      name: own-run-6
      version: '1.0.0'
    do:
      - guarded:
          try:
            - endless:
                run:
                  shell:
                    command: 'sleep 3 & sleep 3'
                timeout: { after: { milliseconds: 300 } }
          catch:
            errors: { with: { status: 408 } }
            as: problem
            do:
              - note: { set: { at: '${ $problem.instance }' } }
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    at: /do/0/guarded/try/0/endless
    """
    And endless should fault

  @isolated
  Scenario: A Process That Is Not Awaited Passes The Input On
    Given a workflow with definition:
    """yaml
    document:
      dsl: '1.0.3'
      namespace: own
      name: own-run-7
      version: '1.0.0'
    do:
      - start:
          run:
            await: false
            shell:
              command: 'exit 3'
    """
    And given the workflow input is:
    """yaml
    n: 1
    """
    When the workflow is executed
    Then the workflow should complete with output:
    """yaml
    n: 1
    """
    And start should complete
