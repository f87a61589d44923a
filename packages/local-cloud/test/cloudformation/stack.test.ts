import { describe, expect, test } from '@jest/globals';
import { create, logGroup, outputOf } from './harness.ts';

describe('a stack', () => {
  test('is created in the order of its dependencies', async () => {
    const { resources } = await create({
      Resources: {
        First: logGroup({ 'Fn::Sub': '${Second}-1' }),
        Second: logGroup({ 'Fn::Join': ['', [{ Ref: 'Third' }, '-2']] }, { DependsOn: 'Fourth' }),
        Third: logGroup('/third'),
        Fourth: logGroup('/fourth'),
      },
    });
    expect([...resources.keys()].indexOf('Fourth')).toBeLessThan([...resources.keys()].indexOf('Second'));
    expect(resources.get('First')?.physicalId).toBe('/third-2-1');
  });

  test('leaves out the resources whose condition does not hold', async () => {
    const template = {
      Conditions: { Hub: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'us-east-1'] } },
      Resources: { Log: logGroup('/log', { Condition: 'Hub' }) },
    };
    expect((await create(template)).resources.size).toBe(0);
    expect((await create(template, { region: 'us-east-1' })).resources.size).toBe(1);
  });

  test('gives names as CloudFormation does, the same in every run', async () => {
    const template = { Resources: { Log: { Type: 'AWS::Logs::LogGroup' } } };
    const name = async (accountId: string) => (await create(template, { accountId })).resources.get('Log');
    const first = await name('111111111111');
    expect(first?.physicalId).toMatch(/^stack-Log-[0-9A-F]{12}$/);
    expect((await name('111111111111'))?.physicalId).toBe(first?.physicalId);
    expect((await name('222222222222'))?.physicalId).not.toBe(first?.physicalId);
    const stackName = 'a-stack-with-a-name-that-is-much-longer-than-a-role-may-be-called';
    const role = { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: {} } };
    const long = await create({ Resources: { Role: role } }, { stackName });
    expect(long.resources.get('Role')?.physicalId).toMatch(/^a-stack.{1,40}-Role-[0-9A-F]{12}$/);
    expect(long.resources.get('Role')?.physicalId.length).toBeLessThanOrEqual(64);
  });

  test('takes parameters, checks them and reads stored ones', async () => {
    const Parameters = {
      Size: { Type: 'String', Default: 'small', AllowedValues: ['small', 'large'] },
      Stored: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/here' },
    };
    const value = { 'Fn::Sub': '${Size}, ${Stored}' };
    expect(await outputOf(value, { Parameters })).toBe('small, value of /here');
    expect(await outputOf(value, { Parameters }, { parameters: { Size: 'large' } })).toMatch(/^large/);
    await expect(outputOf(value, { Parameters }, { parameters: { Size: 'huge' } })).rejects.toThrow(/Size/);
    await expect(outputOf(value, { Parameters }, { parameters: { Colour: 'x' } })).rejects.toThrow(/Colour/);
    await expect(outputOf('x', { Parameters: { Must: { Type: 'String' } } })).rejects.toThrow(/Must/);
  });

  test('holds its rules', async () => {
    const template = (version: string) => ({
      Parameters: { Version: { Type: 'String', Default: version } },
      Rules: {
        Check: {
          Assertions: [
            {
              Assert: { 'Fn::Not': [{ 'Fn::Contains': [['1', '2'], { Ref: 'Version' }] }] },
              AssertDescription: 'too old',
            },
          ],
        },
      },
    });
    await expect(create(template('2'))).rejects.toThrow('rule Check: too old');
    expect((await create(template('6'))).outputs).toEqual({});
  });

  test('exports its outputs', async () => {
    const exports = new Map<string, string>();
    const Outputs = { It: { Value: 'value', Export: { Name: { 'Fn::Sub': '${AWS::StackName}-it' } } } };
    await create({ Outputs }, { exports });
    expect(exports.get('111111111111/eu-west-1/stack-it')).toBe('value');
    await expect(create({ Outputs }, { exports })).rejects.toThrow(/exported already/);
  });

  test.each([
    [{ Resources: { Trace: { Type: 'AWS::XRay::Group' } } }, /Trace: .*AWS::XRay::Group/],
    [
      { Resources: { Log: { Type: 'AWS::Logs::LogGroup', Properties: { Colour: 1 } } } },
      /Log \(AWS::Logs::LogGroup\): .*extraneous key \[Colour\] is not permitted/,
    ],
    [{ Resources: { Log: logGroup('x', { CreationPolicy: {} }) } }, /Log: .*CreationPolicy/],
    [{ Resources: { Log: logGroup({ Ref: 'Nobody' }) } }, /Log: Nobody/],
    [{ Resources: { Log: logGroup('x', { DependsOn: 'Nobody' }) } }, /Log: Nobody/],
    [{ Transform: 'AWS::Serverless-2016-10-31' }, /Transform/],
    [
      { Resources: { One: logGroup({ Ref: 'Two' }), Two: logGroup({ Ref: 'One' }) } },
      /Circular dependency between resources: One, Two, One/,
    ],
  ])('refuses %j', async (template, message) => {
    await expect(async () => create(template)).rejects.toThrow(message);
  });

  test('says which resource a service refused', async () => {
    const Queue = { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'taken' } };
    await expect(create({ Resources: { Queue } })).rejects.toThrow(
      'Queue (AWS::SQS::Queue): QueueNameExists: A queue with this name exists.',
    );
  });
});
