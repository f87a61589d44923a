import { render } from 'preact';
import { App } from './app.tsx';
import { connect } from './store.ts';

connect();
render(<App />, document.getElementById('page')!);
