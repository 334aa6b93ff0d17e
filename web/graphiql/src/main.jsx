import { createRoot } from 'react-dom/client';
import { App } from './App.jsx';
import { language } from './words.js';
import './page.css';

document.documentElement.lang = language;
createRoot(document.getElementById('root')).render(<App />);
