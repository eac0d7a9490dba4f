// Starts the page that the body names. Knows no view.
import './style.css';
import './step/page.css';
import './step/pictures.css';
import './step/numbers.css';
import './step/channels.css';
import './step/layers.css';
import './step/inspector.css';
import './step/playground.css';
import './step/timeline.css';
import { connectHost } from './host';
import { modelPage } from './pages/model';
import { timelinePage } from './pages/timeline';
import { trainingPage } from './pages/training';
import { tellSeen } from './seen';

const pages = { training: trainingPage, timeline: timelinePage, model: modelPage };

const name = document.body.dataset.page as keyof typeof pages;
const host = connectHost();
host.on('seen', tellSeen);
pages[name](document.getElementById('view')!, host);
