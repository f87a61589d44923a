// What programs print is compared without colours, wherever the tests run: `CI` and `FORCE_COLOR` would colour it.
delete process.env.FORCE_COLOR;
process.env.NO_COLOR = '1';
